# ruff: noqa: E501 - word lists read better as long lines
"""The words that names are made of. Companies and persons are invented; cities are real."""

from __future__ import annotations

from typing import NamedTuple


class City(NamedTuple):
    """A city with its dialling code and the coordinates of its centre in degrees."""

    name: str
    local: str
    dialling: str
    latitude: float
    longitude: float


class Brand(NamedTuple):
    """The part of a company's name that is its own."""

    name: str
    local: str


CITIES: dict[str, tuple[City, ...]] = {
    "CN-E1": (
        City("Shanghai", "上海", "021", 31.23, 121.47),
        City("Suzhou", "苏州", "0512", 31.30, 120.58),
        City("Nanjing", "南京", "025", 32.06, 118.80),
        City("Wuxi", "无锡", "0510", 31.49, 120.31),
        City("Nantong", "南通", "0513", 31.98, 120.89),
        City("Changzhou", "常州", "0519", 31.81, 119.97),
        City("Zhenjiang", "镇江", "0511", 32.19, 119.43),
    ),
    "CN-E2": (
        City("Hangzhou", "杭州", "0571", 30.27, 120.16),
        City("Ningbo", "宁波", "0574", 29.87, 121.54),
        City("Wenzhou", "温州", "0577", 27.99, 120.70),
        City("Shaoxing", "绍兴", "0575", 30.00, 120.58),
        City("Jiaxing", "嘉兴", "0573", 30.75, 120.76),
        City("Huzhou", "湖州", "0572", 30.89, 120.09),
        City("Jinhua", "金华", "0579", 29.08, 119.65),
        City("Yiwu", "义乌", "0579", 29.31, 120.07),
        City("Taizhou", "台州", "0576", 28.66, 121.42),
        City("Lishui", "丽水", "0578", 28.47, 119.92),
        City("Quzhou", "衢州", "0570", 28.94, 118.87),
    ),
    "CN-S1": (
        City("Guangzhou", "广州", "020", 23.13, 113.26),
        City("Shenzhen", "深圳", "0755", 22.54, 114.06),
        City("Foshan", "佛山", "0757", 23.02, 113.12),
        City("Dongguan", "东莞", "0769", 23.02, 113.75),
        City("Zhongshan", "中山", "0760", 22.52, 113.39),
        City("Xiamen", "厦门", "0592", 24.48, 118.09),
    ),
    "CN-N1": (
        City("Beijing", "北京", "010", 39.90, 116.41),
        City("Tianjin", "天津", "022", 39.08, 117.20),
        City("Jinan", "济南", "0531", 36.65, 117.12),
        City("Qingdao", "青岛", "0532", 36.07, 120.38),
        City("Shijiazhuang", "石家庄", "0311", 38.04, 114.51),
    ),
    "GB-S": (
        City("London", "", "020", 51.51, -0.13),
        City("Bristol", "", "0117", 51.45, -2.59),
        City("Southampton", "", "023", 50.91, -1.40),
        City("Reading", "", "0118", 51.45, -0.97),
        City("Brighton", "", "01273", 50.82, -0.14),
    ),
    "GB-N": (
        City("Manchester", "", "0161", 53.48, -2.24),
        City("Leeds", "", "0113", 53.80, -1.55),
        City("Sheffield", "", "0114", 53.38, -1.47),
        City("Liverpool", "", "0151", 53.41, -2.98),
        City("Newcastle", "", "0191", 54.98, -1.61),
    ),
}

BRANDS = tuple(
    Brand(*pair.split("/"))
    for pair in (
        "Xicheng/锡城 Haimen/海门 Nanhu/南湖 Jiangnan/江南 Taihu/太湖 Deming/德明 Sanjiang/三江 Fuyun/福运 Baili/百利 "
        "Dongfang/东方 Weide/威德 Luyuan/绿源 Hongda/宏达 Kaiyuan/开源 Hengsheng/恒盛 Ruifeng/瑞丰 Xinyuan/鑫源 "
        "Huaxing/华兴 Jinding/金鼎 Tiancheng/天成 Shunda/顺达 Liyang/力扬 Mingyuan/明远 Bohai/博海 Chuangxin/创新 "
        "Desheng/德盛 Guangda/光大 Haoyu/浩宇 Jiahe/嘉禾 Jinglong/景隆 Kangtai/康泰 Lianhe/联合 Longteng/龙腾 "
        "Maosheng/茂盛 Nanfang/南方 Pinghe/平和 Qiming/启明 Rongchang/荣昌 Shengda/盛达 Taihe/泰和 Wanli/万里 "
        "Xiangyang/向阳 Yongxin/永鑫 Zhengda/正大 Zhonghe/中和 Anda/安达 Beifang/北方 Changhong/昌弘 Dingxin/鼎信 "
        "Fangyuan/方圆 Guotai/国泰 Haitian/海天 Jiuding/九鼎 Lixin/立信 Meihua/美华 Qianyi/千亿 Renhe/仁和 Shuangxi/双喜 "
        "Tongda/通达 Wufeng/五丰 Xiongfeng/雄风 Yida/亿达 Zhicheng/至诚 Zunhong/尊鸿 Bangde/邦德 Chengxin/诚信 Dali/大力"
    ).split()
)

TRADES: dict[str, tuple[Brand, ...]] = {
    "distributor": (Brand("Hardware", "五金机电"), Brand("Machinery", "机械设备"), Brand("Trading", "贸易")),
    "reseller": (Brand("Tools", "电动工具"), Brand("Supply", "物资"), Brand("Industrial", "工业品")),
    "store": (Brand("Tool Store", "工具商行"), Brand("Electric", "机电"), Brand("Hardware Store", "五金店")),
    "ecommerce": (Brand("E-commerce", "电子商务"), Brand("Online", "网络科技")),
    "integrator": (Brand("Systems", "系统工程"), Brand("Engineering", "工程技术")),
    "community": (Brand("Community Tools", "社区服务"), Brand("Makers", "创客工坊")),
    "live": (Brand("Live", "直播电商"), Brand("Media", "文化传媒")),
}

ENGLISH_BRANDS = (
    "Northgate|Tidewell|Harland|Ashcombe|Brackwater|Cranfell|Dunmoor|Eastlake|Fernhill|Greywick|Holmstead|Ivybridge|Kelderton|"
    "Larkfield|Merrowdale|Netherby|Oakmere|Penhallow|Quarrybank|Ravensworth|Stonecroft|Thornby|Underwood|Vale Cross|"
    "Westmarch|Yarrowdale|Alderley|Blackmere|Coldstream|Denholme|Elmstead|Foxcote|Garsdale|Hartside|Inglebrook|Kingsmead|"
    "Longridge|Millhaven|Newbold|Ottermouth|Priory|Redfern|Saltmarsh|Tarnside|Upton Hey|Wharfside"
).split("|")

ENGLISH_TRADES = {
    "distributor": ("Trade Supplies", "Distribution"),
    "reseller": ("Tools", "Power Tools", "Fixings"),
    "store": ("Tool Shop", "Hardware"),
    "ecommerce": ("Direct", "Online Tools"),
    "integrator": ("Engineering", "Site Systems"),
    "community": ("Makers", "Tool Library"),
    "live": ("Live", "Channel"),
}

SURNAMES = tuple(
    Brand(*pair.split("/"))
    for pair in (
        "Wang/王 Li/李 Zhang/张 Liu/刘 Chen/陈 Yang/杨 Huang/黄 Zhao/赵 Wu/吴 Zhou/周 Xu/徐 Sun/孙 Ma/马 Zhu/朱 Hu/胡 Guo/郭 "
        "He/何 Lin/林 Gao/高 Luo/罗 Zheng/郑 Liang/梁 Xie/谢 Song/宋 Tang/唐 Han/韩 Feng/冯 Deng/邓 Cao/曹 Peng/彭"
    ).split()
)

GIVEN = tuple(
    Brand(*pair.split("/"))
    for pair in (
        "Jun/军 Wei/伟 Fang/芳 Na/娜 Min/敏 Jing/静 Lei/磊 Qiang/强 Yang/洋 Yan/艳 Jie/杰 Juan/娟 Tao/涛 Ming/明 Chao/超 "
        "Xiulan/秀兰 Xia/霞 Ping/平 Gang/刚 Guiying/桂英 Jianguo/建国 Jianhua/建华 Zhiqiang/志强 Xiaoyan/晓燕 Haiyan/海燕 Wenbo/文博 "
        "Yuchen/雨晨 Zihan/子涵 Haoran/浩然 Siyuan/思远 Lihua/丽华 Yulan/玉兰"
    ).split()
)

ENGLISH_FIRST = (
    "Oliver Amelia George Isla Harry Ava Jack Emily Jacob Sophie Charlie Grace Thomas Lily Oscar Freya William Alice James Ruby Daniel "
    "Priya Aisha Callum"
).split()

ENGLISH_LAST = (
    "Ashworth Bairstow Cartwright Dearden Entwistle Fairclough Greenhalgh Hollings Ibbotson Jessop Kershaw Lonsdale Metcalfe Naylor "
    "Ormerod Pickles Rawlins Sugden Thackeray Usher Varley Womersley Yardley Bhatt Okafor"
).split()

JOB_TITLES = {
    "CN": ("老板", "采购经理", "店长", "财务", "仓库主管"),
    "GB": ("Owner", "Buyer", "Branch manager", "Accounts", "Warehouse lead"),
}
